-- The licences that a log-in needs are asked for with each user of a list; there are few of them
-- among all licences.

CREATE INDEX modulelicense_log_in_ix ON modulelicense (logInMask) WHERE logInMask <> 0;
