-- In which unit of the office an operator works (所属部署): permissions can be set for all of one.
ALTER TABLE operators ADD COLUMN unit text;
