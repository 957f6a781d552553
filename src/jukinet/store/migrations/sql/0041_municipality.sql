-- Which of the two forms a card has (Reg. Art. 37); of those recorded before nobody said.
ALTER TABLE cards ADD COLUMN form text CHECK (form IN ('form-1', 'form-2'));

-- As of which version of the record a card was last written on: when it was made, and when a change was entered on it.
ALTER TABLE card_versions ADD COLUMN shows integer;
UPDATE card_versions c
   SET shows = (SELECT max(v.history_no) FROM resident_versions v
                 WHERE v.resident_id = c.resident_id AND v.recorded_at <= c.recorded_at)
 WHERE c.version_no = 1;
