-- Codes that an earlier life may have given out: nobody gets one of them any more.
ALTER TABLE code_pool ADD COLUMN void boolean NOT NULL DEFAULT false;
