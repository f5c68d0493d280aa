// Express through our adapter.
import { fromNode } from "tsgi/adapters";
import { app } from "./express.js";

export default fromNode(app);
