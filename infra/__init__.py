"""What runs the platform: the embedded servers, the `emporium` command and the deployment descriptions."""
