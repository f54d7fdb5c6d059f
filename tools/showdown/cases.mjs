/** The unusual damaging moves, and duels chosen by hand because chance would rarely draw them. */

/** Every damaging move with a rule of its own, by what makes it unusual. */
export const UNUSUAL = {
  multi_hit: ["barrage", "cometpunch", "doubleslap", "furyattack", "furyswipes", "pinmissile", "spikecannon"],
  two_hits: ["bonemerang", "doubleironbash", "doublekick", "twineedle"],
  charge: ["dig", "fly", "razorwind", "skullbash", "skyattack", "solarbeam"],
  recharge: ["hyperbeam"],
  lock: ["outrage", "petaldance", "thrash"],
  recoil: ["doubleedge", "flareblitz", "submission", "takedown"],
  crash: ["highjumpkick", "jumpkick"],
  self_knock_out: ["explosion", "selfdestruct"],
  drain: ["absorb", "bouncybubble", "dreameater", "leechlife", "megadrain"],
  one_hit_knock_out: ["fissure", "guillotine", "horndrill"],
  fixed_damage: ["dragonrage", "nightshade", "psywave", "seismictoss", "sonicboom", "superfang"],
  reactive: ["bide", "counter", "mirrorcoat"],
  priority: ["aquajet", "dragontail", "fakeout", "feint", "iceshard", "quickattack", "suckerpunch", "zippyzap"],
  trap: ["bind", "clamp", "firespin", "wrap"],
  own_power: ["facade", "foulplay", "lowkick", "pikapapow", "rage", "veeveevolley"],
  own_effect: [
    "baddybad", "brickbreak", "buzzybuzz", "clearsmog", "freezyfrost", "glitzyglow", "sappyseed",
    "sizzlyslide", "sparklyswirl", "splishysplash", "superpower", "swift", "triattack",
  ],
};

/** `[A, A's move, B, B's move]`, grouped by what the duel is about. */
export const CHOSEN = {
  crash_on_immune: [
    ["hitmonlee", "highjumpkick", "gengar", "lick"],
    ["dodrio", "jumpkick", "haunter", "nightshade"],
  ],
  knock_out_of_both: [
    ["electrode", "explosion", "electrode", "explosion"],
    ["golem", "explosion", "gengar", "lick"],
    ["weezing", "selfdestruct", "snorlax", "bodyslam"],
    ["tauros", "doubleedge", "arcanine", "flareblitz"],
  ],
  speed_tie: [
    ["snorlax", "bodyslam", "snorlax", "bodyslam"],
    ["tauros", "thrash", "tauros", "thrash"],
    ["pinsir", "bind", "pinsir", "bind"],
  ],
  struggle: [
    ["snorlax", "bodyslam", "gastly", "nightshade"],
    ["raticate", "hyperbeam", "gengar", "shadowball"],
    ["hypno", "dreameater", "hypno", "dreameater"],
  ],
  counter_attack: [
    ["machamp", "counter", "tauros", "headbutt"],
    ["hitmonchan", "counter", "gengar", "suckerpunch"],
    ["machamp", "counter", "chansey", "seismictoss"],
    ["tentacruel", "mirrorcoat", "alakazam", "psychic"],
    ["electrode", "mirrorcoat", "gengar", "nightshade"],
    ["machamp", "counter", "machamp", "counter"],
    ["omastar", "bide", "pidgeot", "quickattack"],
    ["wigglytuff", "bide", "hypno", "psychic"],
    ["golem", "bide", "gengar", "shadowball"],
    ["machamp", "bide", "machamp", "bide"],
  ],
  hidden_target: [
    ["charizard", "fly", "raichu", "thunder"],
    ["fearow", "fly", "pidgey", "gust"],
    ["dugtrio", "dig", "sandslash", "earthquake"],
    ["aerodactyl", "fly", "dugtrio", "dig"],
    ["onix", "bind", "dugtrio", "dig"],
  ],
  priority_war: [
    ["persian", "fakeout", "pidgeot", "quickattack"],
    ["gengar", "suckerpunch", "pikachustarter", "zippyzap"],
    ["dugtrio", "suckerpunch", "charizard", "fly"],
    ["arbok", "suckerpunch", "snorlax", "hyperbeam"],
    ["dragonite", "dragontail", "dewgong", "iceshard"],
  ],
  stages_and_screens: [
    ["hitmonlee", "brickbreak", "eeveestarter", "baddybad"],
    ["slowbro", "surf", "eeveestarter", "glitzyglow"],
    ["weezing", "clearsmog", "machamp", "superpower"],
    ["eeveestarter", "freezyfrost", "blastoise", "skullbash"],
    ["primeape", "rage", "beedrill", "pinmissile"],
    ["primeape", "rage", "primeape", "rage"],
  ],
  status: [
    ["snorlax", "facade", "muk", "sludgebomb"],
    ["kangaskhan", "facade", "eeveestarter", "sizzlyslide"],
    ["blastoise", "scald", "articuno", "icebeam"],
    ["eeveestarter", "sparklyswirl", "weezing", "sludgebomb"],
    ["eeveestarter", "sappyseed", "venusaur", "megadrain"],
    ["porygon", "triattack", "rapidash", "stomp"],
  ],
};

