"""`gridbell rehearse`: whole working days of a district on a fast clock, in a database of their own, reaching nobody.

The hotline is the real one; only its people and its telephone company are made up.
"""
