"""The microservice chassis: what every process needs and no process is about."""
