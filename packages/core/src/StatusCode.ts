/**
 * TMDB's own status codes: the `status_code` of an answer's body, which is not
 * the HTTP status. One table, from which every error is decided.
 *
 * Source: {@link https://developer.themoviedb.org/docs/errors}
 *
 * @since 0.1.0
 */

/**
 * What a code means here: the `_tag` of the error it ends in, or `"success"`.
 *
 * @since 0.1.0
 * @category models
 */
export type Outcome =
  | "success"
  | "InvalidCredentials"
  | "SuspendedCredentials"
  | "SessionDenied"
  | "InvalidRequestToken"
  | "InvalidLogin"
  | "AccountDisabled"
  | "EmailNotVerified"
  | "InvalidSession"
  | "InvalidAccessToken"
  | "InvalidRequest"
  | "NotFound"
  | "RateLimited"
  | "ServiceUnavailable"

/**
 * One row of TMDB's table: the HTTP status it documents, its message, and the
 * outcome the code has for a caller.
 *
 * @since 0.1.0
 * @category models
 */
export type StatusCode = readonly [status: number, message: string, outcome: Outcome]

/**
 * All 47 codes. The HTTP status is the documented one; TMDB has been seen to
 * send another (5 comes with 400), so it informs and never decides.
 *
 * @example
 * import { StatusCode } from "@tmdb-session/core"
 *
 * const [status, message] = StatusCode.statusCodes[17] ?? []
 * // 401, "Session denied."
 *
 * @since 0.1.0
 * @category constants
 */
export const statusCodes: Readonly<Record<number, StatusCode>> = {
  1: [200, "Success.", "success"],
  2: [501, "Invalid service: this service does not exist.", "InvalidRequest"],
  3: [401, "Authentication failed: You do not have permissions to access the service.", "InvalidCredentials"],
  4: [405, "Invalid format: This service doesn't exist in that format.", "InvalidRequest"],
  5: [422, "Invalid parameters: Your request parameters are incorrect.", "InvalidRequest"],
  6: [404, "Invalid id: The pre-requisite id is invalid or not found.", "NotFound"],
  7: [401, "Invalid API key: You must be granted a valid key.", "InvalidCredentials"],
  8: [403, "Duplicate entry: The data you tried to submit already exists.", "InvalidRequest"],
  9: [503, "Service offline: This service is temporarily offline, try again later.", "ServiceUnavailable"],
  10: [
    401,
    "Suspended API key: Access to your account has been suspended, contact TMDB.",
    "SuspendedCredentials"
  ],
  11: [500, "Internal error: Something went wrong, contact TMDB.", "ServiceUnavailable"],
  12: [201, "The item/record was updated successfully.", "success"],
  13: [200, "The item/record was deleted successfully.", "success"],
  14: [401, "Authentication failed.", "InvalidCredentials"],
  15: [500, "Failed.", "ServiceUnavailable"],
  16: [401, "Device denied.", "InvalidCredentials"],
  17: [401, "Session denied.", "SessionDenied"],
  18: [400, "Validation failed.", "InvalidRequest"],
  19: [406, "Invalid accept header.", "InvalidRequest"],
  20: [422, "Invalid date range: Should be a range no longer than 14 days.", "InvalidRequest"],
  21: [200, "Entry not found: The item you are trying to edit cannot be found.", "NotFound"],
  22: [
    400,
    "Invalid page: Pages start at 1 and max at 500. They are expected to be an integer.",
    "InvalidRequest"
  ],
  23: [400, "Invalid date: Format needs to be YYYY-MM-DD.", "InvalidRequest"],
  24: [504, "Your request to the backend server timed out. Try again.", "ServiceUnavailable"],
  25: [429, "Your request count (#) is over the allowed limit of (40).", "RateLimited"],
  26: [400, "You must provide a username and password.", "InvalidLogin"],
  27: [
    400,
    "Too many append to response objects: The maximum number of remote calls is 20.",
    "InvalidRequest"
  ],
  28: [400, "Invalid timezone: Please consult the documentation for a valid timezone.", "InvalidRequest"],
  29: [400, "You must confirm this action: Please provide a confirm=true parameter.", "InvalidRequest"],
  30: [401, "Invalid username and/or password: You did not provide a valid login.", "InvalidLogin"],
  31: [
    401,
    "Account disabled: Your account is no longer active. Contact TMDB if this is an error.",
    "AccountDisabled"
  ],
  32: [401, "Email not verified: Your email address has not been verified.", "EmailNotVerified"],
  33: [401, "Invalid request token: The request token is either expired or invalid.", "InvalidRequestToken"],
  34: [404, "The resource you requested could not be found.", "NotFound"],
  35: [401, "Invalid token.", "InvalidAccessToken"],
  36: [401, "This token hasn't been granted write permission by the user.", "InvalidAccessToken"],
  37: [404, "The requested session could not be found.", "InvalidSession"],
  38: [401, "You don't have permission to edit this resource.", "InvalidAccessToken"],
  39: [401, "This resource is private.", "InvalidAccessToken"],
  40: [200, "Nothing to update.", "success"],
  41: [422, "This request token hasn't been approved by the user.", "SessionDenied"],
  42: [405, "This request method is not supported for this resource.", "InvalidRequest"],
  43: [502, "Couldn't connect to the backend server.", "ServiceUnavailable"],
  44: [500, "The ID is invalid.", "InvalidRequest"],
  45: [403, "This user has been suspended.", "AccountDisabled"],
  46: [503, "The API is undergoing maintenance. Try again later.", "ServiceUnavailable"],
  47: [400, "The input is not valid.", "InvalidRequest"]
}
