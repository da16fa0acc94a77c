"""The helpline: a bilingual telephone service that puts each caller through to the caseworker who owns their case."""
