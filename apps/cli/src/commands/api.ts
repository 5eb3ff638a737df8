import { define, flag, oneOf, profile, text, texts } from "../Definition.js"

export const api = define({
  name: "api",
  description: "call any endpoint of TMDB with the stored session",
  more:
    "A path without a version belongs to version 3. {account_id} in the path is filled in, and so is any other " +
    "{name} if a field has that name. Other fields go into the query of a GET, and into the JSON body of other " +
    "methods. With fields or --input the method is POST unless -X gives another. The answer is printed as it " +
    "came, indented on a terminal. --paginate prints each page on a line. The session is sent only to the API " +
    "it came from.",
  examples: [
    "tmdb-session api account",
    "tmdb-session api account/{account_id}/favorite/movies --paginate",
    "tmdb-session api movie/550/rating -F value=8.5",
    "tmdb-session api -X DELETE movie/550/rating",
    "tmdb-session api 4/list --input list.json"
  ],
  arguments: {
    path: { description: "such as movie/550 or /4/account/{account_id}/lists", value: text("path") }
  },
  options: {
    method: {
      short: "-X",
      description: "the HTTP method",
      value: oneOf("method", ["GET", "POST", "PUT", "DELETE"])
    },
    rawField: { short: "-f", description: "a text field", value: texts("key=value") },
    field: {
      short: "-F",
      description: "a field: true, false, null and numbers get their type, @file and @- are read",
      value: texts("key=value")
    },
    input: {
      description: "a file with the JSON body, or - for standard input",
      value: text("file", "files")
    },
    paginate: flag("fetch all pages, one after the other"),
    profile
  },
  load: () => import("./api.run.js")
})
