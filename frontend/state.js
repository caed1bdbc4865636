/**
 * What this page knows, as one value: the server's word about the room, and our own about lease, values
 * and connection. Moments are on the own clock, in milliseconds, unless they say otherwise.
 *
 * @typedef {{user_id: number|string, name: string, avatar_url: string|null, state: string}} Person
 * @typedef {{at: number, number: number, user_id: any, name: string, member_id: string|null}} Save
 * @typedef {object} RoomView - the server's word, see docs/protocol.md
 * @property {null|{member_id: string, user_id: any, name: string, avatar_url: string|null, idle?: true, away?: true}} editor
 * @property {Person[]} people
 * @property {number} people_count
 * @property {{member_id: string, user_id: any}[]} queue
 * @property {Save|null} saved
 * @property {boolean} deleted
 * @property {{member_id: string, user_id: any, name: string, kind: string, idle?: true}} [passing]
 * @property {{member: string, until: number}} [offer]
 * @property {any[]} [requests]
 * @property {any} [take_over]
 * @property {any} [handover]
 *
 * @typedef {object} State
 * @property {boolean} connected
 * @property {number|null} lostAt - when the server was last heard before the connection broke
 * @property {number} brokeAt - when we noticed
 * @property {null|"login"|"access"|"stopped"|"other_user"|"unasked"} ended
 * @property {string} memberId
 * @property {any} userId
 * @property {boolean} mayEdit
 * @property {boolean} mayTakeOver
 * @property {boolean} resting - the person does not wait in line
 * @property {number|undefined} forcedAt - when an operator took our lease away, store's clock
 * @property {number} version
 * @property {number} seen - every change up to this version has been looked at
 * @property {RoomView|null} room
 * @property {number} offset - store's clock minus own clock, seconds; as of the last welcome
 * @property {null|{token: number, until: number, version: number, doubted?: true}} lease - until 0: not confirmed
 *   yet, or `doubted`: not any more
 * @property {number|null} lastToken - of the newest lease that this page was ever granted
 * @property {null|"sent"|"refused"|"queued"} claim
 * @property {number} claimAgainAt
 * @property {number} queuedVersion
 * @property {boolean} waited - this page has been in the queue
 * @property {boolean} away - the lock service does not answer
 * @property {boolean} unprotected - the form is enabled without a lease
 * @property {"unmigrated"} [reason] - why the lock service is away, where the server knows it
 * @property {number} valuesAt - when the form's values were read, store's clock; 0: unknown
 * @property {number} aheadAt - own clock: when they were last read before it was our turn
 * @property {boolean} bound - the server refused the form, and rendered what was posted
 * @property {number} notedSave - `at` of the newest save that the form's values are to include
 * @property {number} wanted - counts the reasons to read the saved values again
 * @property {number} have - the reason up to which that was done
 * @property {boolean} hard - the form stays locked until then
 * @property {boolean} failed - the last reading failed
 * @property {boolean} choice - saved values differ and there is unsaved input: the person decides
 * @property {Save|null} news - the save whose values were taken over last
 * @property {null|{until: number, code: string, message: string}} attention
 * @property {number} idleMs - input after a pause of so long is reported at once
 * @property {import("./lease-clock.js").Sent} sent
 * @property {import("./proof.js").Proof} proof
 * @property {number} beatAt - when the last heartbeat was sent
 * @property {number} submittedAt - when the form was posted last
 * @property {number} unheard - connections in a row that never said anything
 * @property {number} choosesMs - so long it may take to find out that no WebSocket gets through
 *
 * Where the first input claims the lease (edit-on-input.js):
 *
 * @property {boolean} [open] - the form is enabled without a lease, or was until the present one came
 * @property {boolean} [unsaved] - there is unsaved input
 * @property {number|null} [cleanAt] - since when this lease is held without any; null: there is, or no lease
 */
import { NOTHING_SENT } from "./lease-clock.js";

/**
 * @param {{mayEdit: boolean, userId: any, valuesAt: number, bound: boolean, choosesMs?: number, resting?: boolean}} page
 * @returns {State}
 */
export function initial({ mayEdit, userId, valuesAt, bound, choosesMs = 0, resting = false }) {
  return {
    connected: false,
    lostAt: null,
    brokeAt: 0,
    ended: null,
    memberId: "",
    userId,
    mayEdit,
    mayTakeOver: false,
    resting,
    forcedAt: undefined,
    version: 0,
    seen: 0,
    room: null,
    offset: 0,
    lease: null,
    lastToken: null,
    claim: null,
    claimAgainAt: 0,
    queuedVersion: 0,
    waited: false,
    away: false,
    unprotected: false,
    valuesAt,
    aheadAt: -Infinity,
    bound,
    notedSave: 0,
    wanted: 0,
    have: 0,
    hard: false,
    failed: false,
    choice: false,
    news: null,
    attention: null,
    idleMs: Infinity,
    sent: NOTHING_SENT,
    proof: {},
    beatAt: 0,
    submittedAt: -Infinity,
    unheard: 0,
    choosesMs,
  };
}
