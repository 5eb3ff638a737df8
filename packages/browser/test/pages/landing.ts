import { landing } from "../../src/PopupApproval.js"

const before = location.href
document.title = `${landing()} ${location.search === "" && before.includes("?") ? "clean" : ""}`
