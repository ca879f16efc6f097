-- There is no way back from the first schema but a new database.
SELECT 1;
