"use strict";

// Shows the description. What is there for programs only is left out, and said in its texts: HEAD beside every
// GET, and a parameter for every operator of a filter, whose name has a colon.

const place = document.getElementById("description");

function readable(description) {
  const named = description.components.parameters;
  const isOperator = (parameter) => {
    const reference = parameter.$ref;
    return reference && /^[a-z].*:/.test(named[reference.split("/").pop()].name);
  };
  for (const path of Object.values(description.paths)) {
    delete path.head;
    for (const operation of Object.values(path)) {
      operation.parameters = (operation.parameters || []).filter((parameter) => !isOperator(parameter));
    }
  }
  return description;
}

function show(description) {
  SwaggerUIBundle({
    spec: readable(description),
    domNode: place,
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: -1,
    supportedSubmitMethods: ["get"],
    validatorUrl: null,
  });
}

fetch("openapi.json")
  .then((answer) => {
    if (!answer.ok) {
      throw new Error(`${answer.status} ${answer.statusText}`);
    }
    return answer.json();
  })
  .then(show)
  .catch((cause) => {
    const message = document.createElement("p");
    message.textContent = `The description cannot be read: ${cause.message}`;
    place.replaceChildren(message);
  });
