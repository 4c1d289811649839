# Somebody whose key leaks, and the settings that the document shows.
rm -f /etc/flowledger/keys
flowledger keys create anna --role writer --file /etc/flowledger/keys
sed -n '/^```properties$/,/^```$/{//!p}' docs/operations.md > /etc/flowledger/flowledger.properties
grep SCRAM /etc/flowledger/flowledger.properties
