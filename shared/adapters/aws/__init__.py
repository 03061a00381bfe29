"""AWS: clients on the loop (aiobotocore), and on threads (botocore) for a process that starts cold."""
