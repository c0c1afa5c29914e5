-- Labels, units and choices of attributes, names of variants and words of options in other languages. `fields` of a
-- translation may hold `terms`: what is translated word by word, by option ("" for a choice of an attribute) and value ("" for
-- the option itself): {"Size": {"": "Größe"}, "Colour": {"Red": "Rot"}}.
ALTER TABLE attribute_definitions ADD COLUMN id text NOT NULL UNIQUE GENERATED ALWAYS AS ('att_' || key) STORED;
CREATE TRIGGER attribute_definitions_forget_texts AFTER DELETE ON attribute_definitions
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION forget_texts('attribute_definition');
CREATE TRIGGER variants_forget_texts AFTER DELETE ON variants
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION forget_texts('product_variant');
