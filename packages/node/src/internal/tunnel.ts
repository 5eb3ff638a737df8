/** Opens a tunnel: a connection to a proxy, which the proxy connects to the target. Needs only Node. */
import { lookup } from "node:dns/promises"
import { once } from "node:events"
import { request } from "node:http"
import * as net from "node:net"
import * as tls from "node:tls"
import type { Proxy } from "./proxies.js"

interface Target {
  readonly host: string
  readonly port: number
}

/** Starts to connect to the proxy itself. */
export const reach = ({ host, port, protocol }: Proxy): net.Socket => {
  const socket =
    protocol === "https:"
      ? tls.connect({ host, port, servername: net.isIP(host) === 0 ? host : "" })
      : net.connect({ host, port })
  // Node ends the process if an "error" event has no listener. The caller adds its own listener later.
  return socket.on("error", () => undefined)
}

/** The proxy did not connect to TMDB. Core recognises the code. */
const refused = () => Object.assign(new Error("The proxy makes no connection"), { code: "ECONNREFUSED" })

/** RFC 9110, 9.3.6. */
const connect = async (socket: net.Socket, { login }: Proxy, target: Target): Promise<void> => {
  const path = `${net.isIPv6(target.host) ? `[${target.host}]` : target.host}:${target.port}`
  const credentials = login && Buffer.from(`${login.username}:${login.password}`).toString("base64")
  const headers = {
    host: path,
    ...(credentials === undefined ? {} : { "proxy-authorization": `Basic ${credentials}` })
  }
  const asked = request({ createConnection: () => socket, method: "CONNECT", path, headers }).end()
  const [answer] = await once(asked, "connect")
  if (answer.statusCode !== 200) throw refused()
}

/** Does not settle if the connection ends first. The agent that opened the connection then fails. */
const readByte = async (socket: net.Socket): Promise<number> => {
  // One byte at a time: if more is asked for than there is, Node emits "readable" endlessly.
  const bytes: Buffer | null = socket.read(1)
  if (bytes !== null) return bytes.readUInt8()
  await once(socket, "readable")
  return readByte(socket)
}

const read = async (socket: net.Socket, size: number): Promise<ReadonlyArray<number>> => {
  const bytes: Array<number> = []
  while (bytes.length < size) bytes.push(await readByte(socket))
  return bytes
}

/** A text after its length, which takes one byte. */
const measured = (text: string): Buffer => {
  const bytes = Buffer.from(text)
  if (bytes.length > 255) throw refused()
  return Buffer.of(bytes.length, ...bytes)
}

const socksVersion = 5
const none = 0
const password = 2

/** RFC 1929. */
const logIn = async (socket: net.Socket, { password, username }: NonNullable<Proxy["login"]>) => {
  socket.write(Buffer.concat([Buffer.of(1), measured(username), measured(password)]))
  const [, failed] = await read(socket, 2)
  if (failed !== 0) throw refused()
}

/** With `socks5h` the proxy resolves the name. With `socks5` it is resolved here, to IPv4. */
const socksAddress = async ({ protocol }: Proxy, { host }: Target): Promise<Buffer> => {
  const address = protocol === "socks5:" ? (await lookup(host, { family: 4 })).address : host
  return net.isIPv4(address)
    ? Buffer.of(1, ...address.split(".").map(Number))
    : Buffer.concat([Buffer.of(3), measured(address)])
}

/** RFC 1928. */
const socks = async (socket: net.Socket, proxy: Proxy, target: Target): Promise<void> => {
  const methods = proxy.login === undefined ? [none] : [none, password]
  socket.write(Buffer.of(socksVersion, methods.length, ...methods))
  const [, method] = await read(socket, 2)
  if (method === password && proxy.login !== undefined) await logIn(socket, proxy.login)
  else if (method !== none) throw refused()
  const port = Buffer.of(target.port >> 8, target.port & 255)
  socket.write(Buffer.concat([Buffer.of(socksVersion, 1, 0), await socksAddress(proxy, target), port]))
  const [, failed, , kind] = await read(socket, 4)
  if (failed !== 0) throw refused()
  // The proxy's own address comes last. It is read and ignored.
  const length = kind === 1 ? 4 : kind === 4 ? 16 : await readByte(socket)
  await read(socket, length + 2)
}

/** Asks the proxy at the other end of a connection to connect it to the target. */
export const tunnel = (socket: net.Socket, proxy: Proxy, target: Target): Promise<void> =>
  proxy.protocol.startsWith("socks") ? socks(socket, proxy, target) : connect(socket, proxy, target)
