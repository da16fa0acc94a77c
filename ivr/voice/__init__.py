"""What a caller hears and keys: the prompts in two languages, how they are made, and the dialogue on top of them."""
