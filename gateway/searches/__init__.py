"""What shoppers search for: counted here, where it is known who asks, and told to catalog without saying who."""
