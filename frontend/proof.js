/** What proves our lease, should every process of the server have forgotten it. */
export function createProof() {
  /** @type {{seen?: number, token?: number, proof?: string}} */
  let known = {};
  return {
    /** For a claim. */
    get: () => known,

    /** @param {any} message - of the server @param {number} version - the newest that is known */
    note(message, version) {
      if (message.type === "welcome" && version) known.seen = version;
      const lease = message.type === "lease" ? message : message.type === "welcome" && message.lease;
      if (lease) known = { ...known, token: lease.token, proof: lease.proof };
      if (message.type === "lease_lost") known = {};
    },
  };
}
