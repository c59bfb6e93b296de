-- One database for each service; Temporal creates its own two.
CREATE DATABASE siklus_appraisal;
CREATE DATABASE siklus_supervision;
CREATE DATABASE siklus_notification;
