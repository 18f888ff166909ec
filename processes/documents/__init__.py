"""What the company hands out on paper: one template a kind, a look that all share, and their texts in three languages.

facts     what a document says, read from the records (`facts.gather`)
labels    the words that are printed around the facts
render    facts and words to PDF (`render.pdf`)
*.typ     the templates; house.typ is the look
"""
