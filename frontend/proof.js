/**
 * What proves our lease, should every process of the server have forgotten it. A claim carries it.
 *
 * @typedef {{seen?: number, token?: number, proof?: string}} Proof
 * @param {Proof} known
 * @param {any} message - of the server
 * @param {number} version - the newest that this page knows
 * @returns {Proof}
 */
export function noteProof(known, message, version) {
  if (message.type === "lease_lost") return {};
  const seen = message.type === "welcome" && version ? { ...known, seen: version } : known;
  const lease = message.type === "lease" ? message : message.type === "welcome" && message.lease;
  return lease ? { ...seen, token: lease.token, proof: lease.proof } : seen;
}
