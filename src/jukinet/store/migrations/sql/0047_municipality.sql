-- A lift for one list that is browsed (specification 3.4): under which number it is shown. No reference: who browses is
-- erased before whom a hold is on may be, and a number is not given again.
ALTER TABLE hold_lifts ADD COLUMN browsing bigint;
