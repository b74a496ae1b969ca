namespace FFF.Spaces;

/// <summary>The chemical elements that molecules may hold; the value is the atomic number.</summary>
/// <remarks>Bonds can be told of some of them only, see <see cref="Evaluation.Molecules.Valences.IsKnown"/>.</remarks>
public enum Element
{
    /// <summary>Hydrogen.</summary>
    H = 1,

    /// <summary>Helium.</summary>
    He = 2,

    /// <summary>Lithium.</summary>
    Li = 3,

    /// <summary>Beryllium.</summary>
    Be = 4,

    /// <summary>Boron.</summary>
    B = 5,

    /// <summary>Carbon.</summary>
    C = 6,

    /// <summary>Nitrogen.</summary>
    N = 7,

    /// <summary>Oxygen.</summary>
    O = 8,

    /// <summary>Fluorine.</summary>
    F = 9,

    /// <summary>Neon.</summary>
    Ne = 10,

    /// <summary>Sodium.</summary>
    Na = 11,

    /// <summary>Magnesium.</summary>
    Mg = 12,

    /// <summary>Aluminium.</summary>
    Al = 13,

    /// <summary>Silicon.</summary>
    Si = 14,

    /// <summary>Phosphorus.</summary>
    P = 15,

    /// <summary>Sulphur.</summary>
    S = 16,

    /// <summary>Chlorine.</summary>
    Cl = 17,

    /// <summary>Argon.</summary>
    Ar = 18,

    /// <summary>Potassium.</summary>
    K = 19,

    /// <summary>Calcium.</summary>
    Ca = 20,

    /// <summary>Scandium.</summary>
    Sc = 21,

    /// <summary>Titanium.</summary>
    Ti = 22,

    /// <summary>Vanadium.</summary>
    V = 23,

    /// <summary>Chromium.</summary>
    Cr = 24,

    /// <summary>Manganese.</summary>
    Mn = 25,

    /// <summary>Iron.</summary>
    Fe = 26,

    /// <summary>Cobalt.</summary>
    Co = 27,

    /// <summary>Nickel.</summary>
    Ni = 28,

    /// <summary>Copper.</summary>
    Cu = 29,

    /// <summary>Zinc.</summary>
    Zn = 30,

    /// <summary>Gallium.</summary>
    Ga = 31,

    /// <summary>Germanium.</summary>
    Ge = 32,

    /// <summary>Arsenic.</summary>
    As = 33,

    /// <summary>Selenium.</summary>
    Se = 34,

    /// <summary>Bromine.</summary>
    Br = 35,

    /// <summary>Krypton.</summary>
    Kr = 36,

    /// <summary>Rubidium.</summary>
    Rb = 37,

    /// <summary>Strontium.</summary>
    Sr = 38,

    /// <summary>Yttrium.</summary>
    Y = 39,

    /// <summary>Zirconium.</summary>
    Zr = 40,

    /// <summary>Niobium.</summary>
    Nb = 41,

    /// <summary>Molybdenum.</summary>
    Mo = 42,

    /// <summary>Technetium.</summary>
    Tc = 43,

    /// <summary>Ruthenium.</summary>
    Ru = 44,

    /// <summary>Rhodium.</summary>
    Rh = 45,

    /// <summary>Palladium.</summary>
    Pd = 46,

    /// <summary>Silver.</summary>
    Ag = 47,

    /// <summary>Cadmium.</summary>
    Cd = 48,

    /// <summary>Indium.</summary>
    In = 49,

    /// <summary>Tin.</summary>
    Sn = 50,

    /// <summary>Antimony.</summary>
    Sb = 51,

    /// <summary>Tellurium.</summary>
    Te = 52,

    /// <summary>Iodine.</summary>
    I = 53,

    /// <summary>Xenon.</summary>
    Xe = 54,

    /// <summary>Caesium.</summary>
    Cs = 55,

    /// <summary>Barium.</summary>
    Ba = 56,

    /// <summary>Lanthanum.</summary>
    La = 57,

    /// <summary>Cerium.</summary>
    Ce = 58,

    /// <summary>Praseodymium.</summary>
    Pr = 59,

    /// <summary>Neodymium.</summary>
    Nd = 60,

    /// <summary>Promethium.</summary>
    Pm = 61,

    /// <summary>Samarium.</summary>
    Sm = 62,

    /// <summary>Europium.</summary>
    Eu = 63,

    /// <summary>Gadolinium.</summary>
    Gd = 64,

    /// <summary>Terbium.</summary>
    Tb = 65,

    /// <summary>Dysprosium.</summary>
    Dy = 66,

    /// <summary>Holmium.</summary>
    Ho = 67,

    /// <summary>Erbium.</summary>
    Er = 68,

    /// <summary>Thulium.</summary>
    Tm = 69,

    /// <summary>Ytterbium.</summary>
    Yb = 70,

    /// <summary>Lutetium.</summary>
    Lu = 71,

    /// <summary>Hafnium.</summary>
    Hf = 72,

    /// <summary>Tantalum.</summary>
    Ta = 73,

    /// <summary>Tungsten.</summary>
    W = 74,

    /// <summary>Rhenium.</summary>
    Re = 75,

    /// <summary>Osmium.</summary>
    Os = 76,

    /// <summary>Iridium.</summary>
    Ir = 77,

    /// <summary>Platinum.</summary>
    Pt = 78,

    /// <summary>Gold.</summary>
    Au = 79,

    /// <summary>Mercury.</summary>
    Hg = 80,

    /// <summary>Thallium.</summary>
    Tl = 81,

    /// <summary>Lead.</summary>
    Pb = 82,

    /// <summary>Bismuth.</summary>
    Bi = 83,

    /// <summary>Polonium.</summary>
    Po = 84,

    /// <summary>Astatine.</summary>
    At = 85,

    /// <summary>Radon.</summary>
    Rn = 86,

    /// <summary>Francium.</summary>
    Fr = 87,

    /// <summary>Radium.</summary>
    Ra = 88,

    /// <summary>Actinium.</summary>
    Ac = 89,

    /// <summary>Thorium.</summary>
    Th = 90,

    /// <summary>Protactinium.</summary>
    Pa = 91,

    /// <summary>Uranium.</summary>
    U = 92,

    /// <summary>Neptunium.</summary>
    Np = 93,

    /// <summary>Plutonium.</summary>
    Pu = 94,

    /// <summary>Americium.</summary>
    Am = 95,

    /// <summary>Curium.</summary>
    Cm = 96,

    /// <summary>Berkelium.</summary>
    Bk = 97,

    /// <summary>Californium.</summary>
    Cf = 98,

    /// <summary>Einsteinium.</summary>
    Es = 99,

    /// <summary>Fermium.</summary>
    Fm = 100,

    /// <summary>Mendelevium.</summary>
    Md = 101,

    /// <summary>Nobelium.</summary>
    No = 102,

    /// <summary>Lawrencium.</summary>
    Lr = 103,

    /// <summary>Rutherfordium.</summary>
    Rf = 104,

    /// <summary>Dubnium.</summary>
    Db = 105,

    /// <summary>Seaborgium.</summary>
    Sg = 106,

    /// <summary>Bohrium.</summary>
    Bh = 107,

    /// <summary>Hassium.</summary>
    Hs = 108,

    /// <summary>Meitnerium.</summary>
    Mt = 109,

    /// <summary>Darmstadtium.</summary>
    Ds = 110,

    /// <summary>Roentgenium.</summary>
    Rg = 111,

    /// <summary>Copernicium.</summary>
    Cn = 112,

    /// <summary>Nihonium.</summary>
    Nh = 113,

    /// <summary>Flerovium.</summary>
    Fl = 114,

    /// <summary>Moscovium.</summary>
    Mc = 115,

    /// <summary>Livermorium.</summary>
    Lv = 116,

    /// <summary>Tennessine.</summary>
    Ts = 117,

    /// <summary>Oganesson.</summary>
    Og = 118,
}
