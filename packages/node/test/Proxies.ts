/** Proxies on loopback: one that speaks CONNECT, and one that speaks SOCKS 5. */
import { once } from "node:events"
import { createServer as createHttpServer, type IncomingMessage } from "node:http"
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

interface Proxy<Asked> {
  readonly url: (credentials?: string) => string
  /** What it was asked to connect to, and as whom. */
  readonly asked: Array<Asked>
}

const bound = (server: Server, sockets: ReadonlySet<Socket>): Effect.Effect<number, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      await once(server.listen(0, "127.0.0.1"), "listening")
      return (server.address() as AddressInfo).port
    }),
    () =>
      Effect.sync(() => {
        server.close()
        for (const socket of sockets) socket.destroy()
      })
  )

/** Connects to a port of loopback, whatever name is asked for: names are the proxy's to look up. */
const onward = (socket: Socket, port: number, connected: () => void): void => {
  const server = connect(port, "127.0.0.1", () => {
    connected()
    socket.pipe(server).pipe(socket)
  })
  server.on("error", () => socket.destroy())
  socket.once("close", () => server.destroy())
}

interface Connect {
  readonly target: string
  readonly authorization: string | undefined
}

export const httpProxy = (
  port: number,
  password?: string
): Effect.Effect<Proxy<Connect>, never, Scope.Scope> =>
  Effect.gen(function* () {
    const asked: Array<Connect> = []
    const sockets = new Set<Socket>()
    const wanted = password && `Basic ${Buffer.from(`someone:${password}`).toString("base64")}`
    const server = createHttpServer((_, response) => response.writeHead(400).end())
    server.on("connect", (request: IncomingMessage, socket: Socket) => {
      sockets.add(socket)
      socket.on("error", () => undefined)
      const authorization = request.headers["proxy-authorization"]
      asked.push({ target: request.url ?? "", authorization })
      if (authorization !== wanted) {
        socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n\r\n")
        return
      }
      onward(socket, port, () => socket.write("HTTP/1.1 200 Connection Established\r\n\r\n"))
    })
    const own = yield* bound(server, sockets)
    return { asked, url: (credentials = "") => `http://${credentials}127.0.0.1:${own}` }
  })

interface SocksConnect {
  /** A name has its length before it, an address has not. */
  readonly kind: "name" | "address"
  readonly target: string
}

/** One byte at a time: asked for more than there is, Node emits "readable" without end. */
const take = async (socket: Socket, size: number): Promise<Buffer> => {
  const bytes: Array<Buffer> = []
  while (bytes.length < size) {
    const byte: Buffer | null = socket.read(1)
    if (byte === null) await once(socket, "readable")
    else bytes.push(byte)
  }
  return Buffer.concat(bytes)
}

const text = async (socket: Socket): Promise<string> =>
  (await take(socket, (await take(socket, 1)).readUInt8())).toString()

/** What it answers at the end; anything but 0 is a refusal. */
interface SocksOptions {
  readonly password?: string
  readonly reply?: number
}

const serveSocks = async (
  socket: Socket,
  port: number,
  asked: Array<SocksConnect>,
  { password, reply = 0 }: SocksOptions
): Promise<void> => {
  const wanted = password === undefined ? 0 : 2
  const [, count = 0] = await take(socket, 2)
  const offered = await take(socket, count)
  if (!offered.includes(wanted)) return void socket.end(Buffer.of(5, 0xff))
  socket.write(Buffer.of(5, wanted))
  if (password !== undefined) {
    await take(socket, 1)
    const right = (await text(socket)) === "someone" && (await text(socket)) === password
    socket.write(Buffer.of(1, right ? 0 : 1))
    if (!right) return void socket.end()
  }
  const [, , , kind] = await take(socket, 4)
  const host = kind === 3 ? await text(socket) : [...(await take(socket, 4))].join(".")
  asked.push({
    kind: kind === 3 ? "name" : "address",
    target: `${host}:${(await take(socket, 2)).readUInt16BE()}`
  })
  if (reply !== 0) return void socket.end(Buffer.of(5, reply, 0, 1, 0, 0, 0, 0, 0, 0))
  // The address it connects from, as a name, an IPv4 and an IPv6 address in turn.
  const from = [
    [3, 2, 97, 98],
    [1, 127, 0, 0, 1],
    [4, ...Array.from({ length: 16 }, () => 0)]
  ][asked.length % 3] as Array<number>
  onward(socket, port, () => socket.write(Buffer.of(5, 0, 0, ...from, 0, 80)))
}

export const socksProxy = (
  port: number,
  options: SocksOptions = {}
): Effect.Effect<{ readonly authority: string; readonly asked: Array<SocksConnect> }, never, Scope.Scope> =>
  Effect.gen(function* () {
    const asked: Array<SocksConnect> = []
    const sockets = new Set<Socket>()
    const server = createServer((socket) => {
      sockets.add(socket)
      socket.on("error", () => undefined)
      void serveSocks(socket, port, asked, options)
    })
    return { asked, authority: `127.0.0.1:${yield* bound(server, sockets)}` }
  })
