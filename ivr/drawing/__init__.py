"""Pictures of operations' configuration: each line from the number dialled to whoever answers."""
