"""Texts in the reader's language: where they stand in models, how they are shown, how catalogues for them are kept.

labels       the names in diagrams and the labels in forms that people read
shown        the same, translated for whoever reads the page
spoken       sentences for those who are not looking at a page: mails
extraction   what Babel calls for each file, and all texts of the product together
catalogues   translations/<language>/LC_MESSAGES/messages.po: brought up to date, and checked
"""
