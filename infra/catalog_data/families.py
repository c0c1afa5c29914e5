"""The families of the made-up catalogue: what its products are called, made of and cost."""
# ruff: noqa: E501 - a table reads better in long lines

from collections.abc import Mapping
from dataclasses import dataclass, field

SIZES_EU = tuple(str(size) for size in range(38, 47))
SIZES_WEAR = ("XS", "S", "M", "L", "XL")


@dataclass(frozen=True, kw_only=True)
class Family:
    """A kind of product. Prices in cents."""

    noun: str
    category: tuple[str, ...]
    brands: tuple[str, ...]
    series: tuple[str, ...]
    traits: tuple[str, ...]
    prices: tuple[int, int]
    colours: tuple[str, ...]
    axis: tuple[str, tuple[str, ...]] | None = None
    """What variants differ in beside colour."""
    surcharge: int = 0
    """Cents more for each further value of the axis."""
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    sentences: tuple[str, ...] = ()
    shape: str
    """Path on a 32 by 32 grid."""
    backdrop: str


FAMILIES: tuple[Family, ...] = (
    Family(
        noun="Sneaker", category=("Shoes", "Sneakers"),
        brands=("Strida", "Nordvik", "Pacer", "Aldo Ferri", "Komet"),
        series=("Trail Runner", "Court Classic", "Daybreak", "Tempo", "Harbour Low", "Velocity"),
        traits=("breathable", "cushioned", "lightweight", "water-repellent", "vegan"),
        prices=(5900, 17900), colours=("Black", "White", "Navy", "Red", "Sand"), axis=("Size", SIZES_EU),
        facts={"Upper": ("Knit", "Leather", "Canvas", "Recycled mesh"), "Sole": ("Rubber", "EVA foam"), "Closure": ("Laces", "Slip-on", "Velcro")},
        sentences=("Made for long days on hard ground.", "The heel keeps its shape after many washes.", "A wide toe box gives every foot its room."),
        shape="M3 20c4 0 6-5 8-8 2 3 5 4 8 5 4 1 8 1 10 5v3H3z", backdrop="#eef1f4",
    ),
    Family(
        noun="Jacket", category=("Clothing", "Jackets"),
        brands=("Nordvik", "Fell & Moor", "Tarn", "Costa Lana"),
        series=("Drizzle", "Summit", "Field", "Commuter", "Northwind", "Lichen"),
        traits=("waterproof", "windproof", "insulated", "packable", "quilted"),
        prices=(7900, 34900), colours=("Black", "Navy", "Green", "Sand", "Red"), axis=("Size", SIZES_WEAR),
        facts={"Fill": ("Down", "Recycled polyester", "None"), "Hood": ("Fixed", "Detachable", "None"), "Season": ("All year", "Winter", "Autumn")},
        sentences=("Taped seams keep heavy rain out.", "It packs into its own pocket.", "Two-way zip, four pockets, one of them inside."),
        shape="M11 5h10l6 5-3 5-2-1v14H10V14l-2 1-3-5z", backdrop="#f2efe9",
    ),
    Family(
        noun="Headphones", category=("Electronics", "Audio", "Headphones"),
        brands=("Auralis", "Tonwerk", "Sonder", "Klarheit", "Pulso"),
        series=("Studio", "Quiet", "Air", "Stage", "Voyage"),
        traits=("wireless", "noise-cancelling", "over-ear", "foldable", "wired"),
        prices=(3900, 39900), colours=("Black", "White", "Silver", "Navy"),
        facts={"Connection": ("Bluetooth 5.3", "Bluetooth 5.0", "3.5 mm jack"), "Battery life": ("20 h", "30 h", "40 h", "60 h"), "Driver": ("30 mm", "40 mm", "50 mm")},
        sentences=("Clear voices on calls, deep bass on the train.", "The ear cushions can be replaced without tools.", "Pairs with two devices at once."),
        shape="M5 20v-3a11 11 0 0 1 22 0v3l-1 7h-4v-9h3a9 9 0 0 0-18 0h3v9H6z", backdrop="#e9edf2",
    ),
    Family(
        noun="Laptop", category=("Electronics", "Computers", "Laptops"),
        brands=("Corvid", "Helix", "Meridian", "Openbook"),
        series=("Pro 14", "Air 13", "Studio 16", "Flex 14", "Core 15"),
        traits=("slim", "fanless", "rugged", "business", "creator"),
        prices=(59900, 269900), colours=("Silver", "Grey", "Black"), axis=("Storage", ("256 GB", "512 GB", "1 TB", "2 TB")), surcharge=12000,
        facts={"Memory": ("8 GB", "16 GB", "32 GB"), "Processor": ("8-core", "10-core", "12-core"), "Screen size": ("13.3 inch", "14 inch", "15.6 inch", "16 inch"), "Operating system": ("Linux", "Windows 11", "None")},
        sentences=("All-day battery and a keyboard that is a pleasure to type on.", "Memory and disk sit in sockets and can be exchanged.", "The matt screen stays readable by the window."),
        shape="M6 7h20v14H6zM3 23h26l-2 3H5z", backdrop="#eceff1",
    ),
    Family(
        noun="Laptop sleeve", category=("Electronics", "Computers", "Laptop accessories"),
        brands=("Corvid", "Felt & Thread", "Pakt"),
        series=("Cover", "Guard", "Shell"), traits=("padded", "felt", "water-repellent"),
        prices=(1900, 5900), colours=("Grey", "Black", "Green"), axis=("Fits", ("13 inch", "14 inch", "16 inch")), surcharge=300,
        facts={"Material": ("Wool felt", "Neoprene", "Recycled polyester")},
        sentences=("Keeps a laptop free of scratches between desk and train.", "The charger has a pocket of its own."),
        shape="M5 9h22v15H5zM9 6h14v2H9z", backdrop="#f0eee8",
    ),
    Family(
        noun="Coffee machine", category=("Kitchen", "Coffee", "Coffee machines"),
        brands=("Barrista", "Torre", "Kaffa", "Monte Alto"),
        series=("Prima", "Lungo", "Duo", "Crema", "Officina"),
        traits=("fully automatic", "compact", "filter", "dual-boiler", "lever"),
        prices=(8900, 149900), colours=("Black", "Silver", "Red", "Copper"),
        facts={"Pressure": ("9 bar", "15 bar", "19 bar"), "Tank": ("1.2 l", "1.8 l", "2.5 l"), "Grinder": ("Ceramic", "Steel", "None")},
        sentences=("The first cup is ready a minute after the switch.", "Brewing temperature is held to one degree.", "All parts that touch milk go into the dishwasher."),
        shape="M7 4h18v6h-3v14h3v4H7v-4h9V10H7zM10 14h5v5h-5z", backdrop="#f3ece6",
    ),
    Family(
        noun="Lamp", category=("Home", "Lighting", "Lamps"),
        brands=("Lumo", "Glød", "Officina Luce", "Halden"),
        series=("Arc", "Globe", "Reed", "Fold", "Orbit", "Beacon"),
        traits=("dimmable", "floor", "desk", "bedside", "pendant"),
        prices=(2900, 39900), colours=("Black", "White", "Copper", "Oak"),
        facts={"Light source": ("LED built in", "E27", "E14"), "Colour temperature": ("2700 K", "3000 K", "4000 K"), "Power": ("5 W", "8 W", "12 W", "20 W")},
        sentences=("Warm light without glare, from reading to dinner.", "The shade turns in every direction.", "The cable is two metres long and covered with textile."),
        shape="M11 4h10l5 11H6zM15 15h2v10h5v3H10v-3h5z", backdrop="#f5f1e6",
    ),
    Family(
        noun="Backpack", category=("Bags", "Backpacks"),
        brands=("Pakt", "Fell & Moor", "Tarn", "Wanderlei"),
        series=("Daypack", "Roll-top", "Traverse", "Commute", "Scout"),
        traits=("waterproof", "lightweight", "hiking", "laptop", "travel"),
        prices=(4900, 22900), colours=("Black", "Green", "Navy", "Sand"), axis=("Volume", ("18 l", "25 l", "32 l")), surcharge=1500,
        facts={"Material": ("Cordura", "Waxed canvas", "Recycled nylon"), "Laptop compartment": ("13 inch", "15 inch", "16 inch"), "Weight": ("620 g", "790 g", "980 g")},
        sentences=("The back panel lets air through on warm days.", "Everything stays dry in an hour of rain.", "Straps and buckles can be replaced one by one."),
        shape="M12 6a4 4 0 0 1 8 0l4 3v18H8V9zM12 17h8v6h-8z", backdrop="#edf0ea",
    ),
    Family(
        noun="Desk", category=("Home", "Furniture", "Desks"),
        brands=("Halden", "Werkraum", "Plane", "Bakken"),
        series=("Lift", "Trestle", "Secretary", "Corner", "Atelier"),
        traits=("height-adjustable", "solid wood", "folding", "compact", "standing"),
        prices=(14900, 99900), colours=("Oak", "Walnut", "White", "Black"), axis=("Width", ("120 cm", "140 cm", "160 cm")), surcharge=4000,
        facts={"Depth": ("60 cm", "70 cm", "80 cm"), "Frame": ("Steel", "Aluminium", "Beech"), "Load": ("60 kg", "80 kg", "120 kg")},
        sentences=("Cables vanish in a tray below the top.", "It is put together in twenty minutes with one tool.", "The edge is rounded where the arms rest."),
        shape="M3 10h26v4h-2v14h-3V14H8v14H5V14H3z", backdrop="#f1eee9",
    ),
    Family(
        noun="Wrist watch", category=("Accessories", "Watches"),
        brands=("Meridian", "Aldo Ferri", "Hora", "Pulso"),
        series=("Diver", "Field", "Chrono", "Minimal", "Regatta"),
        traits=("automatic", "solar", "quartz", "titanium", "hand-wound"),
        prices=(8900, 129900), colours=("Silver", "Black", "Rose", "Copper"), axis=("Strap", ("Leather", "Steel", "Textile")), surcharge=2500,
        facts={"Case": ("36 mm", "40 mm", "42 mm"), "Water resistance": ("3 bar", "10 bar", "20 bar"), "Glass": ("Mineral", "Sapphire")},
        sentences=("Legible by night, quiet on the wrist.", "The strap changes without tools.", "The crown is screwed down against water."),
        shape="M12 3h8l1 6a9 9 0 0 1 0 14l-1 6h-8l-1-6a9 9 0 0 1 0-14zM16 11a5 5 0 1 0 .1 0z", backdrop="#eef0f3",
    ),
    Family(
        noun="Bicycle", category=("Sports", "Bicycles"),
        brands=("Velar", "Strada Nova", "Komet", "Wanderlei"),
        series=("City", "Gravel", "Tourer", "Single", "Cargo"),
        traits=("electric", "lightweight", "step-through", "steel", "folding"),
        prices=(39900, 329900), colours=("Black", "Green", "Blue", "Yellow"), axis=("Frame size", ("S", "M", "L")),
        facts={"Gears": ("1", "8", "11", "24"), "Brakes": ("Disc", "Rim", "Coaster"), "Wheel size": ("20 inch", "26 inch", "28 inch")},
        sentences=("Mudguards, lights and a stand are part of it.", "The belt needs no oil and makes no noise.", "Five years of warranty on the frame."),
        shape="M8 14a6 6 0 1 0 .1 0zm16 0a6 6 0 1 0 .1 0zM11 8h4l2 4h4l3 8h-2l-2-6h-4l-5 7-2-1 4-6z", backdrop="#eaf0ee",
    ),
    Family(
        noun="Chef's knife", category=("Kitchen", "Knives"),
        brands=("Sakai Mono", "Esse", "Torre", "Bakken"),
        series=("Santoku", "Gyuto", "Utility", "Petty", "Classic"),
        traits=("forged", "carbon steel", "damascus", "stainless", "hand-ground"),
        prices=(2900, 29900), colours=("Black", "Oak", "Walnut"), axis=("Blade", ("15 cm", "18 cm", "21 cm")), surcharge=1200,
        facts={"Hardness": ("56 HRC", "58 HRC", "61 HRC"), "Handle": ("Walnut", "Oak", "Pakka wood")},
        sentences=("Balanced where the finger lies.", "Takes a fine edge and keeps it.", "Comes in a box that one likes to keep."),
        shape="M4 22L24 5c3 4 2 8-1 11l-9 6zM3 24l3-2 4 3-3 4-4-1z", backdrop="#f2f0ee",
    ),
)  # fmt: skip
