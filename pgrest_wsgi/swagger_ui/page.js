// Draws the API's own document with swagger-ui, and draws it anew for whoever gives a token.
"use strict";

// Where this page is tells where the API is, whatever proxies are between.
const ROOT = new URL(document.currentScript.dataset.root, location.href).href.replace(/\/$/, "");
const TYPE = "application/vnd.oai.openapi+json;version=3.1";
const TOKENS = { JWT: { type: "http", scheme: "bearer", bearerFormat: "JWT" } };

function refusal(error) {
  const info = { title: "No document", version: "", description: error.message };
  const components = { securitySchemes: TOKENS };
  return { openapi: "3.1.0", info, paths: {}, components, security: [{ JWT: [] }] };
}

async function readDocument(token) {
  const headers = { Accept: TYPE };
  if (token) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch(`${ROOT}/`, { headers });
  const found = await answer.json();
  return { ...(answer.ok ? found : refusal(found)), servers: [{ url: ROOT }] };
}

async function draw(ui, token) {
  const spec = await readDocument(token);
  document.title = spec.info.title;
  ui.specActions.updateSpec(JSON.stringify(spec));
}

const redrawn = (system, token) => (original) => (given) => {
  const result = original(given);
  draw(system, token(given));
  return result;
};
const followTokens = (system) => ({
  statePlugins: {
    auth: {
      wrapActions: {
        authorize: redrawn(system, (given) => given.JWT?.value),
        logout: redrawn(system, () => null),
      },
    },
  },
});

const ui = SwaggerUIBundle({
  spec: { openapi: "3.1.0", info: { title: "…", version: "" }, paths: {} },
  dom_id: "#page",
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  plugins: [followTokens],
});
draw(ui, null);
