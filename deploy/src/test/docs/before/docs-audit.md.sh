# A data folder on which no server runs: a copy of that of the one that does.
flowledger-backup /var/lib/flowledger ./data http://127.0.0.1:8080
