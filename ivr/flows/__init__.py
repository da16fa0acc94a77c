"""The procedures, one file each, in the words of the trade; `call` has the verbs they use."""
