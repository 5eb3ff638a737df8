/**
 * The server that every client is measured against. It answers every request
 * with the same bytes. It parses only where a request ends, so that the client
 * sets the pace.
 */
import { createServer } from "node:net"
import { sessionId } from "../clients/secrets.mjs"
import { answer } from "./child.mjs"

const body = JSON.stringify({ success: true, session_id: sessionId })
const reply = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=utf-8\r\nConnection: keep-alive\r\nContent-Length: ${body.length}\r\n\r\n${body}`
)

const endOfHead = "\r\n\r\n"

/** The length of the first request in the text, or undefined if it is not complete. */
const lengthOf = (/** @type {string} */ text) => {
  const head = text.indexOf(endOfHead)
  if (head < 0) return undefined
  const declared = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head))
  const length = head + endOfHead.length + Number(declared?.[1] ?? 0)
  return text.length < length ? undefined : length
}

const server = createServer({ noDelay: true }, (socket) => {
  let pending = ""
  socket.setEncoding("latin1").on("data", (text) => {
    pending += text
    for (let length = lengthOf(pending); length !== undefined; length = lengthOf(pending)) {
      pending = pending.slice(length)
      socket.write(reply)
    }
  })
  socket.on("error", () => socket.destroy())
})

answer(
  () =>
    new Promise((resolve) => {
      server.listen({ port: 0, host: "127.0.0.1", backlog: 2048 }, () => {
        const { port } = /** @type {import("node:net").AddressInfo} */ (server.address())
        resolve({ apiUrl: `http://127.0.0.1:${port}` })
      })
    })
)
