"use strict";
// The document is beside /docs, also where a proxy puts the gateway below a prefix.
window.addEventListener("load", () => {
  window.ui = SwaggerUIBundle({
    url: new URL("../schema", document.baseURI).href,
    dom_id: "#api",
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    filter: true,
    persistAuthorization: false,
    tryItOutEnabled: true,
    validatorUrl: null,
    presets: [SwaggerUIBundle.presets.apis],
  });
});
