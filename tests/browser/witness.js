// Runs before every script of the page and writes down what a test cannot see afterwards.
(() => {
  if (window !== window.top) return;
  const witness = { born: Math.random(), states: [], sockets: [], violations: [] };
  window.witness = witness;

  window.WebSocket = class extends WebSocket {
    constructor(url, ...rest) {
      super(url, ...rest);
      witness.sockets.push({ url: String(url), at: Date.now() });
    }
  };

  function look() {
    const root = document.getElementById("admin-collaborator");
    const state = root && root.dataset.collaboratorState;
    const last = witness.states[witness.states.length - 1];
    if (state && (!last || last.state !== state)) witness.states.push({ state, at: Date.now() });
  }
  new MutationObserver(look).observe(document, {
    attributes: true,
    attributeFilter: ["data-collaborator-state"],
    childList: true,
    subtree: true,
  });

  document.addEventListener("securitypolicyviolation", (event) => {
    witness.violations.push({ directive: event.effectiveDirective, source: event.sourceFile, sample: event.sample });
  });
})();
