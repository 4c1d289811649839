# The run of the README.
curl -s -XPOST localhost:8080/flows/HelloFlow -d '{}'
curl -s -XPOST localhost:8080/flows/HelloFlow/run -d '{}'
