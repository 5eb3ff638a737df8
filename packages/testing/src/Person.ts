/** The person who approves a sign-in, or denies it. */
export { decide } from "../../../scripts/person.mjs"
