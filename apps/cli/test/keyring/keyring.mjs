/** As much of `@napi-rs/keyring` as is used, over a file; without a file it is a keyring that is locked. */
import { existsSync, readFileSync, writeFileSync } from "node:fs"

const file = process.env.KEYRING_FILE ?? ""

const read = () => {
  if (file === "") throw new Error("locked")
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {}
}

const write = (entries) => writeFileSync(file, JSON.stringify(entries))

export const findCredentialsAsync = async (service) =>
  Object.entries(read()[service] ?? {}).map(([account, password]) => ({ account, password }))

export class AsyncEntry {
  constructor(service, account) {
    this.service = service
    this.account = account
  }

  async getPassword() {
    return read()[this.service]?.[this.account]
  }

  async setPassword(password) {
    const all = read()
    write({ ...all, [this.service]: { ...all[this.service], [this.account]: password } })
  }

  async deleteCredential() {
    const all = read()
    const { [this.account]: found, ...rest } = all[this.service] ?? {}
    write({ ...all, [this.service]: rest })
    return found !== undefined
  }
}
