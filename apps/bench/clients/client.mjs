/**
 * What is compared. Each client makes the calls as its documentation shows, with
 * its default settings.
 */

/**
 * @typedef {object} Settings
 * @property {string} apiUrl a server on loopback
 * @property {string} apiKey
 * @property {string} accessToken
 */

/**
 * @typedef {object} Calls
 * @property {(requestToken: string) => Promise<unknown>} createSession resolves to what the client returns
 * @property {() => Promise<string>} createRequestToken
 * @property {(requestToken: string, calls: number, inFlight: number) => Promise<void>} [createSessions] makes many
 *   calls, if the client has its own way to run them
 */

/**
 * @typedef {object} Client
 * @property {string} name
 * @property {string} [package] its package; absent for a part of Node
 * @property {boolean} [ours]
 * @property {(settings: Settings) => Calls} make
 * @property {(session: any) => unknown} sessionId gets the session id from what `createSession` resolves to
 */

/**
 * Makes many calls, with `inFlight` of them in flight.
 *
 * @param {Calls} client
 * @param {string} requestToken
 * @param {number} calls
 * @param {number} inFlight
 */
export const createSessions = async (client, requestToken, calls, inFlight) => {
  if (client.createSessions !== undefined) return client.createSessions(requestToken, calls, inFlight)
  const worker = async () => {
    for (let call = 0; call < calls / inFlight; call += 1) await client.createSession(requestToken)
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
}
