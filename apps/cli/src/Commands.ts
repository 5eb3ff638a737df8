/** Every command, in the order of the help. A definition imports only `Definition.ts`. */
import { api } from "./commands/api.js"
import { completions } from "./commands/completions.js"
import { create } from "./commands/create.js"
import { guest } from "./commands/guest.js"
import { login } from "./commands/login.js"
import { logout } from "./commands/logout.js"
import { profiles } from "./commands/profiles.js"
import { requestToken } from "./commands/request-token.js"
import { sandbox } from "./commands/sandbox.js"
import { status } from "./commands/status.js"
import { switchProfile } from "./commands/switch.js"
import { token } from "./commands/token.js"
import { validateKey } from "./commands/validate-key.js"
import { whoami } from "./commands/whoami.js"
import type { Definition } from "./Definition.js"

export const definitions: ReadonlyArray<Definition> = [
  login,
  status,
  whoami,
  token,
  switchProfile,
  logout,
  guest,
  requestToken,
  create,
  validateKey,
  api,
  sandbox,
  completions,
  profiles
]
