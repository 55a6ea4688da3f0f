"""First names, as they stand in resumes for colleagues; names that are also words, places or makes are left out."""

FIRST_NAMES = frozenset(
    """aaron abdul abdullah abigail adam adele adrian agnes ahmed aisha ajay akira alan albert alejandro alessandro alex alexandra alexei alfred ali alicia
    alison alistair allison amanda amelia amina amit amy ana anand anders andrea andreas andrew andrzej angela angus anil anita anja anna anne annette annie
    anthony antoine anton antonio arjun arnold arthur arun asha ashok astrid ayesha barbara barney beatrice ben benedict benjamin bernadette bernard bernd
    bert beth bettina betty bjorn boris brenda brendan brian bridget bruce bruno caitlin callum carla carlos carmen carol caroline caspar catherine cathy
    cecilia chandra charles charlie chiara chloe chris christa christian christina christine christoph christopher chukwu claire clara clare claudia
    claus clive colette colin connor cormac craig damian daniel daniela danny darren dave david dean deborah declan deepak denis dennis derek desmond
    dev diane diego dieter dimitri dmitri dominic donald donna doris dorothy doug douglas duncan eamon eddie edgar edith eduardo edward edwin eileen
    elaine eleanor elena elif elisabeth elizabeth ellen elsa emeka emil emily emma eric erik erika ernst esther ethan eugene eva evelyn ewan fabian fatima
    felipe felix fergus fernando fiona flora fran frances francesca francis franz fred frederick friedrich gabriel gareth gary gavin gemma geoff geoffrey
    george gerald gerard gerhard gianni gill gillian giovanni giulia giuseppe glenn gloria gordon graham greg gregor gregory greta gudrun guillermo
    gunther gustav guy hamid hannah hans harald harriet harry hassan heather hector heidi heike heinrich heinz helen helena helga helmut henrik henry
    herbert hilda hiroshi horst howard hugh hugo ian ibrahim ingrid irene irina isabel isabella ivan jacek jack jackie jacob jacques jaime jake james jamie
    jan jane janet janice janine jasmine jason javier jean jeff jeffrey jennifer jenny jeremy jerome jerry jessica jill jim jimmy joachim joan joanna joanne
    joao jochen joe joel johan johanna johannes john johnny jonas jonathan jorge jose josef joseph josephine josh joshua joyce juan judith judy julia julian
    julie jurgen jutta kamal karen karin karl katarina kate katherine kathleen kathy katie katja keith ken kenneth kenji kerstin kevin khalid kiran kirsty
    klaus krishna krystyna kumar kurt lakshmi lars latoya laura lauren laurence lawrence leah lena leo leonard leonie leroy leslie liam linda lisa lloyd
    lorenzo lorna lorraine louis louisa louise lucas lucia lucy luigi luis luisa lukas luke lydia lynn maeve magda maggie magnus mahmoud malcolm manfred
    manuel marcel marco marcus marek margaret margarita maria marian marianne marie mario marion marjorie markus marlene marta martha martin martina marwan
    mary mateusz matt matteo matthew matthias maureen maurice mehmet mei melanie michael michal michel michelle miguel mikael mike milan mohamed mohammed moira
    monika monique moses muhammad muriel murray mustafa nadia nadine naomi natalia natalie natasha neil niall nicholas nick nicola nicole nigel nikhil nils
    nina noah noel nora norman nuala ola olaf olga oliver olivia omar oona oscar oskar otto pablo paddy pamela paolo pat patricia patrick paul paula pauline
    pavel pedro penelope penny percy peter petra phil philip philippa pierre piotr pradeep prakash pravin priya rachel rafael rahul raj rajesh rajiv ralf ralph
    ramesh ramon raoul raquel rashid raul ravi raymond rebecca reinhard renate ricardo richard rita rob robert roberto robin rodney roger roland rolf ron ronald
    rory rosa rosalind rosemary rosie ross roy rudi rudolf rudy rupert russell ruth ryan sabine sally salim salma sam samantha samir samuel sandeep sandra
    sandy sanjay sara sarah sasha saskia scott sean sebastian sergei shabana shane sharon sheila shirley sibylle siegfried sigrid silke silvia simon simone
    siobhan sofia solveig sonia sophia sophie stan stanley stefan stella stephanie stephen steve steven stewart stuart sunil sunita suresh susan susanne suzanne
    svetlana sven sylvia takeshi tamara tanya tara tariq tatiana ted teresa terence terry thea theo theodore theresa thomas thorsten tilda tim timothy tina tobias
    tom tomas tony torsten tracy trevor tricia ulf ulrich ulrike ursula uwe valerie vera vernon veronica vicki vijay vikram vincent virginia vivian vladimir
    walter wanda wayne wendy werner wilhelm wilfred william wolfgang xavier yasmin yolanda yusuf yves yvonne zainab zara zoe zofia""".split()
)
