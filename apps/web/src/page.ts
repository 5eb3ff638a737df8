/** Finds, shows and fills the elements of the HTML. It inserts only text, never HTML. */

/** An element that the HTML must have. */
export const byId = (id: string): HTMLElement => {
  const element = document.getElementById(id)
  if (element === null) throw new Error(`The page has no element #${id}`)
  return element
}

export type View = "checking" | "nobody" | "waiting" | "person" | "guest" | "problem"

const views = (): ReadonlyArray<HTMLElement> => [...document.querySelectorAll<HTMLElement>("[data-view]")]

/** Shows one view of the account. If the focus was in the view before, it moves to this one. */
export const show = (view: View, status: string): void => {
  const focused = document.activeElement
  let follow = false
  for (const element of views()) {
    const shown = element.dataset["view"] === view
    if (!shown && element.contains(focused)) follow = true
    element.hidden = !shown
  }
  byId("status").textContent = status
  if (follow) document.querySelector<HTMLElement>(`[data-view="${view}"] h2`)?.focus()
}

/** Runs `listener` whenever a button with this action is pressed. */
export const on = (action: string, listener: () => void): void => {
  for (const button of document.querySelectorAll(`[data-action="${action}"]`)) {
    button.addEventListener("click", listener)
  }
}

/** The storage that the person chose. */
export const chosenArea = (): "local" | "session" =>
  document.querySelector<HTMLInputElement>('[name="area"][value="session"]')?.checked === true
    ? "session"
    : "local"
