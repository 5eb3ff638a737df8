/**
 * What is compared: each client makes TMDB's own calls in the way its
 * documentation shows, with nothing switched on that is off by default.
 */

/**
 * @typedef {object} Settings
 * @property {string} apiUrl a server on loopback
 * @property {string} apiKey
 * @property {string} accessToken
 */

/**
 * @typedef {object} Calls
 * @property {(requestToken: string) => Promise<unknown>} createSession what the client itself resolves to
 * @property {() => Promise<string>} createRequestToken
 * @property {(requestToken: string, calls: number, inFlight: number) => Promise<void>} [createSessions] many of
 *   them, where the client has a way of its own to run them
 */

/**
 * @typedef {object} Client
 * @property {string} name
 * @property {string} [package] where it comes from; a part of Node without one
 * @property {boolean} [ours]
 * @property {(settings: Settings) => Calls} make
 * @property {(session: any) => unknown} sessionId where it is in what `createSession` resolves to
 */

/**
 * Makes many calls, so many of them in flight.
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
