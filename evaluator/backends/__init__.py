"""Where the engine may run beside this process."""
