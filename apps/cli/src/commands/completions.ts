import { define, oneOf } from "../Definition.js"

export const completions = define({
  name: "completions",
  description: "print a completion script",
  examples: [
    'bash: eval "$(tmdb-session completions bash)", in ~/.bashrc',
    'zsh:  eval "$(tmdb-session completions zsh)", in ~/.zshrc after compinit',
    "fish: tmdb-session completions fish > ~/.config/fish/completions/tmdb-session.fish"
  ],
  arguments: {
    shell: { description: "the shell", value: oneOf("shell", ["bash", "zsh", "fish"]) }
  },
  load: () => import("./completions.run.js")
})
