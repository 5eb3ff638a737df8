/**
 * TMDB's status codes, each with its HTTP status and its message. The message of
 * code 11 is the one seen on the wire ("TMDb"), not the one in TMDB's table.
 *
 * @see https://developer.themoviedb.org/docs/errors
 */
const table = {
  1: [200, "Success."],
  3: [401, "Authentication failed: You do not have permissions to access the service."],
  5: [400, "Invalid parameters: Your request parameters are incorrect."],
  6: [404, "Invalid id: The pre-requisite id is invalid or not found."],
  7: [401, "Invalid API key: You must be granted a valid key."],
  8: [403, "Duplicate entry: The data you tried to submit already exists."],
  9: [503, "Service offline: This service is temporarily offline, try again later."],
  10: [401, "Suspended API key: Access to your account has been suspended, contact TMDB."],
  11: [500, "Internal error: Something went wrong, contact TMDb."],
  12: [201, "The item/record was updated successfully."],
  13: [200, "The item/record was deleted successfully."],
  17: [401, "Session denied."],
  18: [400, "Validation failed."],
  22: [400, "Invalid page: Pages start at 1 and max at 500. They are expected to be an integer."],
  24: [504, "Your request to the backend server timed out. Try again."],
  25: [429, "Your request count (46) is over the allowed limit of 40."],
  26: [400, "You must provide a username and password."],
  30: [401, "Invalid username and/or password: You did not provide a valid login."],
  31: [401, "Account disabled: Your account is no longer active. Contact TMDB if this is an error."],
  32: [401, "Email not verified: Your email address has not been verified."],
  33: [401, "Invalid request token: The request token is either expired or invalid."],
  34: [404, "The resource you requested could not be found."],
  35: [401, "Invalid token."],
  36: [401, "This token hasn't been granted write permission by the user."],
  37: [404, "The requested session could not be found."],
  38: [401, "You don't have permission to edit this resource."],
  39: [401, "This resource is private."],
  41: [422, "This request token hasn't been approved by the user."],
  42: [405, "This request method is not supported for this resource."],
  43: [502, "Couldn't connect to the backend server."],
  45: [403, "This user has been suspended."],
  46: [503, "The API is undergoing maintenance. Try again later."],
  47: [400, "The input is not valid."]
} as const satisfies Record<number, readonly [number, string]>

export type StatusCode = keyof typeof table

export const httpStatus = (code: StatusCode): number => table[code][0]

export const statusMessage = (code: StatusCode): string => table[code][1]
