-- Dead letters are handled again on demand.

-- include: dead_letters
