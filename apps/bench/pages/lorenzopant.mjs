import { TMDB } from "@lorenzopant/tmdb"

globalThis.session = new TMDB("eyJ.eyJ.sig").authentication.create_session({ request_token: location.href })
